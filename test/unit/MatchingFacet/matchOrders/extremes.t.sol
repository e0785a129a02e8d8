// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IDataContracts} from "../../../../contracts/interfaces/IDataContracts.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

/// @dev Figures that are larger than anything can be paid with, written or kept.
contract Extremes_Unit_Test is MatchingMarket {
    function testFuzz_RevertWhen_ThePricesAreMoreThanTheRequesterHas(uint256 price, uint256 volume) external {
        price = bound(price, FUNDS + 1, type(uint96).max);
        volume = bound(volume, 1, type(uint16).max);
        _withoutDataset();
        _withPrices(price, 0);
        _withVolume(volume);
        _signOrders();

        bytes memory reason = _insufficient(requester.addr, FUNDS, price * volume);
        vm.expectRevert(reason);
        _match();
        vm.expectRevert(reason);
        _matchBoost();
    }

    function testFuzz_RevertWhen_ThePricesAreMoreThanTheSponsorHas(uint256 price, uint256 volume) external {
        price = bound(price, FUNDS + 1, type(uint96).max);
        volume = bound(volume, 1, type(uint16).max);
        _withoutDataset();
        _withPrices(price, 0);
        _withVolume(volume);
        _signOrders();

        bytes memory reason = _insufficient(sponsor.addr, FUNDS, price * volume);
        vm.expectRevert(reason);
        _matchSponsored();
        vm.expectRevert(reason);
        _matchBoostSponsored();
    }

    function testFuzz_RevertWhen_ThePricesTogetherAreMoreThanThereAreNumbers(uint256 appPrice, uint256 pool) external {
        uint256 max = type(uint256).max;
        appPrice = bound(appPrice, 1, max);
        _withPrices(appPrice, bound(pool, max - appPrice + 1, max));
        _signOrders();

        vm.expectRevert(_insufficient(requester.addr, FUNDS, max));
        _match();
        vm.expectRevert(_insufficient(sponsor.addr, FUNDS, max));
        _matchSponsored();
    }

    function testFuzz_RevertWhen_ThePriceOfAllTasksIsMoreThanThereAreNumbers(uint256 price, uint256 volume) external {
        uint256 max = type(uint256).max;
        price = bound(price, 2, max - DATASET_PRICE);
        volume = bound(volume, max / price + 1, max);
        _withPrices(price, 0);
        _withVolume(volume);
        _signOrders();

        vm.expectRevert(_insufficient(requester.addr, FUNDS, max));
        _match();
        vm.expectRevert(_insufficient(sponsor.addr, FUNDS, max));
        _matchSponsored();
    }

    function testFuzz_RevertGiven_TheSchedulerHasLessThanItsStake(uint256 price, uint256 volume) external {
        price = bound(price, 1e9, 1e12);
        volume = bound(volume, 4, 1e3);
        _withPrices(0, price);
        _withVolume(volume);
        _signOrders();
        _fund(requester.addr, (price + DATASET_PRICE) * volume);
        _fund(sponsor.addr, (price + DATASET_PRICE) * volume);

        _assertRefused(_insufficient(scheduler.addr, FUNDS, ((price * 30) / 100) * volume));
    }

    function testFuzz_RevertWhen_TheParamsOfAClassicDealAreTooLong(uint256 length) external {
        length = bound(length, 24_576, 30_000);
        requestOrder.params = string(new bytes(length));
        _signOrders();

        vm.expectRevert(_tooLong(length + _fixedLength()));
        _match();
        // A sponsor has to be kept too.
        vm.expectRevert(_tooLong(length + _fixedLength() + 20));
        _matchSponsored();
        // A boost deal does not keep its params.
        _matchBoost();
    }

    function test_WhenTheParamsOfAClassicDealAreAsLongAsCanBe() external {
        bytes memory params = new bytes(24_575 - _fixedLength());
        params[0] = "{";
        params[params.length - 1] = "}";
        requestOrder.params = string.concat(string(params), "x");
        _signOrders();
        vm.expectRevert(_tooLong(24_576));
        _match();

        // It should keep them.
        requestOrder.params = string(params);
        assertEq(poco.viewDeal(_matchOrders()).params, string(params));
    }

    /// @dev A pool that nobody can staff is still matched; what its workers would have to stake stays at the largest
    /// number there is.
    function testFuzz_GivenTheWorkerpoolAsksForTheLargestStakeThereIs(uint256 price) external {
        price = bound(price, 101, FUNDS / 2);
        _withPrices(0, price);
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(type(uint256).max, 1);
        _signOrders();

        // It should make a deal that says so.
        _assertAdmitted();
        assertEq(poco.viewDeal(_match()).workerStake, type(uint256).max);
    }

    function _withPrices(uint256 appPrice, uint256 poolPrice) private {
        appOrder.appprice = requestOrder.appmaxprice = appPrice;
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = poolPrice;
    }

    /// @dev What the deal of {Market} takes besides its params: numbers with their lengths, addresses, the id.
    function _fixedLength() private pure returns (uint256) {
        uint256 numbers = (1 + 0) + (1 + 1) + (1 + 4) + (1 + 2) + (1 + 0) + (1 + 1) + (1 + 2) + (1 + 2) + (1 + 2);
        uint256 classicNumbers = (1 + 2) + (1 + 1) + (1 + 0);
        uint256 addresses = 4 + 2 + 1 + 1;
        return 1 + numbers + classicNumbers + 20 * addresses + 32;
    }

    function _tooLong(uint256 length) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, length, 24_575);
    }

    function _insufficient(address account, uint256 balance, uint256 needed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, account, balance, needed);
    }
}
