// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {IAppRegistry} from "../../../../contracts/interfaces/IAppRegistry.sol";
import {IDatasetRegistry} from "../../../../contracts/interfaces/IDatasetRegistry.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {Deal} from "../../../../contracts/types/Deal.sol";
import {OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";
import {Presigned} from "../../../fixtures/Presigned.sol";

/// @dev Rule 7: assets are registered, orders signed or presigned. Each is tried alone through every function.
contract Signatures_Unit_Test is Presigned {
    Account internal buyer = makeAccount("buyer");

    function testFuzz_RevertGiven_TheAppIsNotRegistered(address asset) external {
        vm.assume(asset != app);
        appOrder.app = requestOrder.app = asset;
        _signOrders();

        _assertRefused(_notRegistered(OrderKind.APP, asset));
    }

    function testFuzz_RevertGiven_TheDatasetIsNotRegistered(address asset) external {
        vm.assume(asset != dataset && asset != address(0));
        datasetOrder.dataset = requestOrder.dataset = asset;
        _signOrders();

        _assertRefused(_notRegistered(OrderKind.DATASET, asset));
    }

    function testFuzz_RevertGiven_TheWorkerpoolIsNotRegistered(address asset) external {
        vm.assume(asset != workerpool);
        workerpoolOrder.workerpool = asset;
        requestOrder.workerpool = address(0);
        _signOrders();

        _assertRefused(_notRegistered(OrderKind.WORKERPOOL, asset));
    }

    function test_RevertWhen_AnAssetOfAnotherRegistryIsOfferedAsAnApp() external {
        appOrder.app = requestOrder.app = dataset;
        _signOrders();

        _assertRefused(_notRegistered(OrderKind.APP, dataset));
    }

    function test_RevertWhen_AnAssetOfAnotherRegistryIsOfferedAsADataset() external {
        datasetOrder.dataset = requestOrder.dataset = app;
        _signOrders();

        _assertRefused(_notRegistered(OrderKind.DATASET, app));
    }

    function test_RevertWhen_AnAssetOfAnotherRegistryIsOfferedAsAWorkerpool() external {
        workerpoolOrder.workerpool = requestOrder.workerpool = app;
        _signOrders();

        _assertRefused(_notRegistered(OrderKind.WORKERPOOL, app));
    }

    function test_RevertWhen_SomebodyElseSignedAnOrder() external {
        for (uint256 i; i < 4; ++i) {
            _signOrders();
            _setSignature(i, _sign(anyone, _hashOf(i)));
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
        }
    }

    function test_RevertWhen_AnOrderWasChangedAfterItWasSigned() external {
        for (uint256 i; i < 4; ++i) {
            _resetOrders();
            _signOrders();
            _setSalt(i, "changed");
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
        }
    }

    function test_RevertGiven_AnAssetWasSoldAfterItsOrderWasSigned() external {
        _signOrders();
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            _sell(i);
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), buyer.addr));
            vm.revertToState(before);
        }
    }

    function test_RevertGiven_AnAssetWasSoldAfterItsOrderWasPresigned() external {
        _manageAll(OrderOperation.SIGN);
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            _sell(i);
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), buyer.addr));
            vm.revertToState(before);
        }
    }

    function test_RevertGiven_AnAssetWasSoldAfterItsOrderWasPresignedByASignature() external {
        _manageAllBySignature(OrderOperation.SIGN);
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            _sell(i);
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), buyer.addr));
            vm.revertToState(before);
        }
    }

    /// @dev Nobody has the key of zero, and malformed signatures recover it.
    function testFuzz_RevertWhen_TheRequesterIsZero(bytes calldata signature) external {
        requestOrder.requester = address(0);
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _signOrders();

        requestOrder.sign = signature;
        _assertRefused(_notSigned(OrderKind.REQUEST, _hashOf(3), address(0)));
        requestOrder.sign = new bytes(65);
        _assertRefused(_notSigned(OrderKind.REQUEST, _hashOf(3), address(0)));
        requestOrder.sign = new bytes(64);
        _assertRefused(_notSigned(OrderKind.REQUEST, _hashOf(3), address(0)));
    }

    /// @dev Not even with a signature by the key that such an address might have.
    function test_RevertGiven_AContractDoesNotVouchForItsOrder() external {
        _signOrders();
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            _makeWallet(_accountOf(i).addr, keccak256("another order"), "signature");
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
            vm.revertToState(before);
            vm.clearMockedCalls();
        }
    }

    /// @dev That a signature was good once is remembered; that says nothing about other bytes.
    function testFuzz_RevertGiven_ASupplyOrderWasMatchedBeforeAndItsSignatureIsAnother(
        uint256 which,
        uint256 index,
        uint8 flip
    ) external {
        uint256 i = which % 3;
        _matchOnceOfMany();
        bytes memory sign = _sign(_accountOf(i), _hashOf(i));
        sign[index % 65] ^= bytes1(flip == 0 ? 1 : flip);
        // Either low or high s, either way to write v: other bytes that are as good.
        vm.assume(!poco.verifySignature(_accountOf(i).addr, _hashOf(i), sign));
        _setSignature(i, sign);

        _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
        _setSignature(i, "");
        _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
    }

    function test_RevertGiven_AnAssetWasSoldAfterItsOrderWasMatched() external {
        _matchOnceOfMany();
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            _sell(i);
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), buyer.addr));
            vm.revertToState(before);
        }
    }

    function test_RevertGiven_AContractVouchedBeforeAndNoLongerDoes() external {
        for (uint256 i; i < 4; ++i) {
            _makeWallet(_accountOf(i).addr, _hashOf(i), "signature");
            _setSignature(i, "signature");
        }
        _withVolume(10);
        for (uint256 i; i < 4; ++i) {
            _makeWallet(_accountOf(i).addr, _hashOf(i), "signature");
        }
        requestOrder.volume = 1;
        _makeWallet(requester.addr, _hashOf(3), "signature");
        _match();
        requestOrder.salt = "another";
        _makeWallet(requester.addr, _hashOf(3), "signature");
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            vm.clearMockedCalls();
            for (uint256 j; j < 4; ++j) {
                if (j != i) _makeWallet(_accountOf(j).addr, _hashOf(j), "signature");
            }
            _makeWallet(_accountOf(i).addr, keccak256("another order"), "signature");
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
            vm.revertToState(before);
        }
    }

    function test_GivenTheSupplyOrdersWereMatchedBefore() external {
        _matchOnceOfMany();

        // It should accept the same signatures again.
        _assertAdmitted();
        // It should not call that presigned.
        for (uint256 i; i < 4; ++i) {
            assertEq(poco.viewPresigned(_hashOf(i)), address(0), "presigner");
            assertFalse(poco.verifyPresignature(_accountOf(i).addr, _hashOf(i)), "presigned");
        }
        // It should accept the same key's signature in another form.
        _signCompactly();
        _assertAdmitted();
    }

    function test_GivenAnOrderWasPresignedByASellerAndThenMatchedByTheBuyersSignature() external {
        _withVolume(10);
        requestOrder.volume = 1;
        _manage(0, OrderOperation.SIGN);
        _sell(0);
        _signOrders();
        _setSignature(0, _sign(buyer, _hashOf(0)));
        _match();

        // It should leave the presigner as it was.
        assertEq(poco.viewPresigned(_hashOf(0)), appProvider.addr, "presigner");
        assertTrue(poco.verifyPresignature(appProvider.addr, _hashOf(0)), "presigned");
    }

    function test_ShouldAcceptTheSignatureOfWhoBoughtTheAsset() external {
        for (uint256 i; i < 3; ++i) {
            _sell(i);
        }
        _fund(buyer.addr, FUNDS);
        _signOrders();
        for (uint256 i; i < 3; ++i) {
            _setSignature(i, _sign(buyer, _hashOf(i)));
        }

        _assertAdmitted();
        Deal memory made = poco.viewDeal(_match());
        assertEq(made.app.owner, buyer.addr, "app owner");
        assertEq(made.dataset.owner, buyer.addr, "dataset owner");
        assertEq(made.workerpool.owner, buyer.addr, "workerpool owner");
        assertEq(poco.frozenOf(buyer.addr), POOL_STAKE, "buyer's stake");
    }

    function test_ShouldAcceptPresignedOrdersWithoutSignatures() external {
        _manageAll(OrderOperation.SIGN);

        _assertAdmitted();
    }

    function test_ShouldAcceptOrdersThatWerePresignedByASignature() external {
        _manageAllBySignature(OrderOperation.SIGN);

        _assertAdmitted();
    }

    function test_ShouldAcceptWhatContractsVouchFor() external {
        for (uint256 i; i < 4; ++i) {
            bytes memory signature = bytes(string.concat("signature of any length ", vm.toString(i)));
            _makeWallet(_accountOf(i).addr, _hashOf(i), signature);
            _setSignature(i, signature);
        }

        _assertAdmitted();
    }

    function test_ShouldAcceptCompactSignatures() external {
        _signCompactly();

        _assertAdmitted();
    }

    function test_ShouldAcceptTheKeyOfAnAccountThatDelegatedItsCode() external {
        vm.etch(anyone.addr, REVERTING);
        for (uint256 i; i < 4; ++i) {
            vm.etch(_accountOf(i).addr, abi.encodePacked(hex"ef0100", anyone.addr));
        }
        _signOrders();

        _assertAdmitted();
    }

    function test_ShouldAcceptAssetsInheritedFromTheRegistriesBefore() external {
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(70, 9);
        vm.startPrank(owner.addr);
        IAppRegistry newApps = IAppRegistry(deployCode("AppRegistry.sol:AppRegistry", abi.encode(owner.addr)));
        IDatasetRegistry newDatasets = IDatasetRegistry(
            deployCode("DatasetRegistry.sol:DatasetRegistry", abi.encode(owner.addr))
        );
        IWorkerpoolRegistry newPools = IWorkerpoolRegistry(
            deployCode("WorkerpoolRegistry.sol:WorkerpoolRegistry", abi.encode(owner.addr))
        );
        poco.changeRegistries(address(newApps), address(newDatasets), address(newPools));
        vm.stopPrank();
        _signOrders();
        _assertRefused(_notRegistered(OrderKind.APP, app));

        vm.startPrank(owner.addr);
        newApps.initialize(address(appRegistry));
        newDatasets.initialize(address(datasetRegistry));
        newPools.initialize(address(workerpoolRegistry));
        vm.stopPrank();
        _assertAdmitted();
        Deal memory made = poco.viewDeal(_match());
        assertEq(made.app.owner, appProvider.addr, "app owner");
        assertEq(made.dataset.owner, dataProvider.addr, "dataset owner");
        assertEq(made.workerpool.owner, scheduler.addr, "workerpool owner");
        assertEq(made.workerStake, (POOL_PRICE * 70) / 100, "worker stake");
        assertEq(made.schedulerRewardRatio, 9, "reward ratio");
    }

    /// @dev Sells the asset of order `kind` to {buyer}.
    /// @dev All four in 64 bytes (EIP-2098).
    function _signCompactly() private {
        for (uint256 i; i < 4; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_accountOf(i).key, _hashOf(i));
            _setSignature(i, abi.encodePacked(r, v == 27 ? s : s | bytes32(uint256(1) << 255)));
        }
    }

    /// @dev Matches supply orders that are good for more, by signatures, and signs another request.
    function _matchOnceOfMany() private {
        _withVolume(10);
        requestOrder.volume = 1;
        _signOrders();
        _match();
        requestOrder.salt = "another";
        requestOrder.sign = _sign(requester, _hashOf(3));
    }

    function _sell(uint256 kind) private {
        address[3] memory assets = [app, dataset, workerpool];
        address[3] memory registries = [address(appRegistry), address(datasetRegistry), address(workerpoolRegistry)];
        address seller = _accountOf(kind).addr;
        vm.prank(seller);
        IERC721(registries[kind]).transferFrom(seller, buyer.addr, uint256(uint160(assets[kind])));
    }

    function _notRegistered(OrderKind kind, address asset) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMatching.NotRegistered.selector, kind, asset);
    }
}
