// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";
import {DatasetOrder, OrderOperation} from "../../../../contracts/types/Orders.sol";
import {Presigned} from "../../../fixtures/Presigned.sol";

contract AssertDatasetDealCompatibility_Unit_Test is Presigned {
    address internal constant GROUP = address(0x67726f7570);

    /// @dev A deal without a dataset, and a dataset order that could serve it.
    DealId internal dealId;

    function setUp() public override {
        super.setUp();
        DatasetOrder memory order = datasetOrder;
        _withoutDataset();
        _withTee();
        requestOrder.tag = workerpoolOrder.tag = _tag(0x31);
        dealId = _matchOrders();
        datasetOrder = order;
        datasetOrder.sign = _sign(dataProvider, _hashOf(1));
    }

    function test_RevertWhen_TheOrderIsForNoTasks() external {
        datasetOrder.volume = 0;

        _assertIncompatible("dataset order is revoked or fully consumed");
    }

    function testFuzz_RevertGiven_TheOrderWasClosed(uint256 volume) external {
        datasetOrder.volume = bound(volume, 1, type(uint256).max);
        _manage(1, OrderOperation.CLOSE);

        _assertIncompatible("dataset order is revoked or fully consumed");
    }

    function test_RevertGiven_TheOrderIsUsedUp() external {
        _resetOrders();
        _matchOrders();

        _assertIncompatible("dataset order is revoked or fully consumed");
    }

    function testFuzz_RevertGiven_TheDatasetIsNotRegistered(address asset) external {
        vm.assume(asset != dataset);
        datasetOrder.dataset = asset;

        _assertIncompatible("dataset is not registered");
    }

    function test_RevertWhen_SomebodyElseSignedTheOrder() external {
        datasetOrder.sign = _sign(anyone, _hashOf(1));
        vm.expectRevert(_reason("dataset order is not signed by the dataset's owner"));
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);

        datasetOrder.sign = "";
        vm.expectRevert(_reason("dataset order is not signed by the dataset's owner"));
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
    }

    function test_RevertGiven_TheDatasetWasSoldAfterItsOrderWasPresigned() external {
        datasetOrder.sign = "";
        _manage(1, OrderOperation.SIGN);
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
        vm.prank(dataProvider.addr);
        datasetRegistry.transferFrom(dataProvider.addr, anyone.addr, uint256(uint160(dataset)));

        vm.expectRevert(_reason("dataset order is not signed by the dataset's owner"));
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
    }

    function testFuzz_RevertGiven_ThereIsNoSuchDeal(DealId other) external {
        vm.assume(DealId.unwrap(other) != DealId.unwrap(dealId));
        dealId = other;

        _assertIncompatible("deal does not exist");
    }

    function test_RevertGiven_ItIsABoostDeal() external {
        _resetOrders();
        _withoutDataset();
        _signOrders();
        dealId = _matchBoost();
        _resetOrders();

        _assertIncompatible("deal does not exist");
    }

    function test_RevertGiven_TheDealHasADataset() external {
        _resetOrders();
        dealId = _matchOrders();
        datasetOrder.salt = "another";

        _assertIncompatible("deal has a dataset already");
    }

    function test_RevertWhen_TheOrderExcludesTheApp() external {
        datasetOrder.apprestrict = anyone.addr;
        _assertIncompatible("dataset order excludes the app");

        _makeGroup(GROUP, workerpool);
        datasetOrder.apprestrict = GROUP;
        _assertIncompatible("dataset order excludes the app");
    }

    function test_RevertWhen_TheOrderExcludesTheWorkerpool() external {
        datasetOrder.workerpoolrestrict = anyone.addr;
        _assertIncompatible("dataset order excludes the workerpool");

        _makeGroup(GROUP, app);
        datasetOrder.workerpoolrestrict = GROUP;
        _assertIncompatible("dataset order excludes the workerpool");
    }

    function test_RevertWhen_TheOrderExcludesTheRequester() external {
        datasetOrder.requesterrestrict = anyone.addr;
        _assertIncompatible("dataset order excludes the requester");

        _makeGroup(GROUP, anyone.addr);
        datasetOrder.requesterrestrict = GROUP;
        _assertIncompatible("dataset order excludes the requester");
    }

    function testFuzz_RevertWhen_TheOrderDemandsWhatTheDealDoesNotHave(uint256 bits) external {
        bits |= 0x40;
        datasetOrder.tag = _tag(bits);

        _assertIncompatible("dataset order demands what the deal's tag does not have");
    }

    function test_ShouldAcceptASignedOrder() external view {
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
    }

    function test_ShouldAcceptAPresignedOrder() external {
        datasetOrder.sign = "";
        _manage(1, OrderOperation.SIGN);

        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
    }

    function test_ShouldAcceptAnOrderThatNamesTheAppAndTheWorkerpoolAndTheRequester() external {
        datasetOrder.apprestrict = app;
        datasetOrder.workerpoolrestrict = workerpool;
        datasetOrder.requesterrestrict = requester.addr;

        _assertCompatible();
    }

    function test_ShouldAcceptGroupsOfThem() external {
        _makeGroup(GROUP, app);
        _makeGroup(GROUP, workerpool);
        _makeGroup(GROUP, requester.addr);
        datasetOrder.apprestrict = datasetOrder.workerpoolrestrict = datasetOrder.requesterrestrict = GROUP;

        _assertCompatible();
    }

    function test_ShouldAcceptWhatTheDealHasAndAnyFramework() external {
        datasetOrder.tag = _tag(0x3f);

        _assertCompatible();
    }

    function testFuzz_ShouldIgnoreThePrice(uint256 price) external {
        datasetOrder.datasetprice = price;

        _assertCompatible();
    }

    function _assertCompatible() private {
        datasetOrder.sign = _sign(dataProvider, _hashOf(1));
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
    }

    /// @dev The order, signed as it is, is rejected.
    function _assertIncompatible(string memory reason) private {
        datasetOrder.sign = _sign(dataProvider, _hashOf(1));
        vm.expectRevert(_reason(reason));
        poco.assertDatasetDealCompatibility(datasetOrder, dealId);
    }

    function _reason(string memory reason) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMatching.IncompatibleDatasetOrder.selector, reason);
    }
}
